/** Demo mode: lets whoever tries the page be one of the demo company's customers. */

import { VISITOR, type DemoIdentity } from "../identity";
import { el } from "./dom";

export function chooser(identities: DemoIdentity[], chosen: string, changed: (slot: string) => void): HTMLElement {
  const select = el("select");
  select.append(option(VISITOR, "访客（未登录）"));
  identities.forEach((one) => select.append(option(one.code, `${one.name} · ${one.company}`)));
  select.value = chosen;
  select.addEventListener("change", () => changed(select.value));
  return el("label", "chooser", el("span", "demo", "演示"), el("span", "", "以客户身份体验："), select);
}

function option(value: string, words: string): HTMLOptionElement {
  const made = el("option", "", words);
  made.value = value;
  return made;
}
