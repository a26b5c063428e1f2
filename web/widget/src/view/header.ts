/** Who one talks with, and whether they can be reached. */

import type { Store } from "../store";
import { el, setText } from "./dom";
import { icon } from "./icons";

export class Header {
  readonly element = el("header", "header");
  private readonly state = el("span", "state");

  constructor(firm: string) {
    const title = el("h1", "", firm, el("span", "product", "问货"));
    this.state.setAttribute("role", "status");
    this.element.append(
      el("div", "logo", icon("ship")),
      el("div", "titles", title, el("div", "presence", el("i", "dot"), this.state)),
    );
  }

  render(store: Store): void {
    this.element.dataset["link"] = store.link;
    this.element.dataset["status"] = store.status;
    setText(this.state, presence(store));
  }
}

function presence(store: Store): string {
  if (store.link === "connecting") return "正在连接…";
  if (store.link === "offline") return "未连接";
  if (store.status === "waiting") return "正在为您转接人工";
  if (store.status === "with_agent") return "人工客服为您服务中";
  return "在线 · 可随时转人工";
}
