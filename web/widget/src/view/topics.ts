/** What a customer comes for, as tiles before the conversation and as short buttons during it. */

import { button, el } from "./dom";
import { icon } from "./icons";

/** What is sent is a sentence a customer would write: the bot needs no special path for it. */
const TOPICS = [
  { icon: "parcel", title: "查货", hint: "有单号就能查", says: "我想查一下货到哪了" },
  { icon: "price", title: "询价", hint: "海空铁陆都能报", says: "我想询个价" },
  { icon: "complaint", title: "投诉", hint: "专人跟进有回音", says: "我要投诉" },
  { icon: "person", title: "人工", hint: "转同事不用重讲", says: "转人工" },
] as const;

export type Say = (text: string) => void;

export function tiles(say: Say): HTMLElement {
  const made = TOPICS.map((topic) =>
    button(
      "tile",
      () => say(topic.says),
      el("span", `tile-icon ${topic.icon}`, icon(topic.icon)),
      el("span", "tile-words", el("strong", "", topic.title), el("small", "", topic.hint)),
    ),
  );
  return el("div", "tiles", ...made);
}

export function shortcuts(say: Say): HTMLElement {
  const made = TOPICS.map((topic) => button("shortcut", () => say(topic.says), icon(topic.icon), topic.title));
  const group = el("div", "shortcuts", ...made);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "常用服务");
  return group;
}

export function welcome(firm: string, say: Say): HTMLElement {
  return el(
    "section",
    "welcome",
    el("div", "welcome-mark", icon("ship")),
    el("h2", "", `您好，欢迎来到${firm}`),
    el("p", "", "查货、报价、处理问题，像平时聊天那样说就行；需要人时，随时转人工。"),
    tiles(say),
  );
}
