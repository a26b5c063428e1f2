/** Says when the line is down, and what the page itself has to tell. */

import type { Store } from "../store";
import { el, setText } from "./dom";

/** Milliseconds that opening a connection may take before it is worth a word. */
const PATIENCE = 1200;

export class Banner {
  readonly element = el("div", "banner");
  private readonly words = el("span");
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.hidden = true;
    this.element.setAttribute("role", "status");
    this.element.append(el("i", "spinner"), this.words);
  }

  render(store: Store): void {
    if (store.link === "online") {
      this.stopWaiting();
      this.show(store.notice ?? "", "notice");
    } else if (store.link === "offline") {
      this.stopWaiting();
      this.show(awayWords(store), "away");
    } else {
      this.timer ??= setTimeout(() => this.show("正在连接…", "away"), PATIENCE);
    }
  }

  private stopWaiting(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private show(text: string, kind: string): void {
    this.element.hidden = text === "";
    this.element.dataset["kind"] = kind;
    setText(this.words, text);
  }
}

function awayWords(store: Store): string {
  const waiting = store.lines.some((line) => line.delivery === "waiting");
  return waiting ? "已断开，正在重连…恢复后自动发送" : "已断开，正在重连…";
}
