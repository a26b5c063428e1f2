/** One line of the conversation. */

import type { Line } from "../store";
import { button, el, setText, unseen } from "./dom";
import { shownFile } from "./files";
import { timeOfDay } from "./times";

export interface Place {
  /** First of several lines of one author: it carries the name. */
  first: boolean;
  /** Last of several lines of one author. */
  last: boolean;
  /** The customer's last line: it tells how far it has got. */
  telling: boolean;
}

const NAMES = { customer: "我", bot: "问货", agent: "人工客服", system: "系统消息" } as const;

/** Keeps its element; only what can change is changed, so that a screen reader says each line once. */
export class Bubble {
  readonly element: HTMLElement;
  private readonly foot = el("div", "foot");
  private shown = "";

  constructor(
    line: Line,
    private readonly retry: (id: string) => void,
  ) {
    this.element = line.author === "system" ? systemLine(line) : this.spoken(line);
    this.element.dataset["key"] = line.key;
  }

  update(line: Line, place: Place): void {
    this.element.classList.toggle("first", place.first);
    this.element.classList.toggle("last", place.last);
    if (line.author !== "customer") return;
    const state = line.delivery === "delivered" && !place.telling ? "" : (line.delivery ?? "");
    const shown = `${state} ${line.progress}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.dataset["delivery"] = state;
    this.foot.replaceChildren(...this.delivery(line, state));
  }

  private spoken(line: Line): HTMLElement {
    const bubble = el("div", "bubble");
    // The name for a screen reader; the visible one stands only over the first of several lines.
    bubble.append(unseen(`${who(line)}：`));
    if (line.text) bubble.append(el("span", "text", line.text));
    if (line.image) bubble.append(picture(line.image));
    bubble.append(...line.files.map(shownFile));
    if (!line.text && !line.image && line.files.length === 0) bubble.append(el("span", "text faint", "（这条消息暂时无法显示）"));
    bubble.title = timeOfDay(line.at);
    const body = el("div", "body", ...(line.author === "customer" ? [bubble, this.foot] : [heading(line), bubble]));
    const element = el("div", `line ${line.author}`);
    if (line.author !== "customer") element.append(avatar(line));
    element.append(body);
    return element;
  }

  private delivery(line: Line, state: string): (Node | string)[] {
    switch (state) {
      case "uploading":
        return [line.progress < 100 ? `正在上传 ${line.progress}%` : "正在检查文件…"];
      case "waiting":
        return ["待网络恢复后发送"];
      case "sending":
        return ["发送中…"];
      case "slow":
        return ["网络较慢，正在重发…"];
      case "delivered":
        return [`${timeOfDay(line.at)} 已送达`];
      case "failed":
        return [`${line.reason || "未能送达"} `, ...(line.again ? [button("retry", () => this.retry(line.key), "重试")] : [])];
      default:
        return [];
    }
  }
}

export function avatar(line: Pick<Line, "author" | "name">): HTMLElement {
  const made = el("span", "avatar", line.author === "bot" ? "机" : line.name.slice(0, 1) || "客");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function heading(line: Line): HTMLElement {
  const badge = el("span", "badge", line.author === "bot" ? "机器人" : "人工");
  const made = el("div", "heading", el("span", "name", who(line)), badge, el("time", "", timeOfDay(line.at)));
  made.setAttribute("aria-hidden", "true");
  return made;
}

function who(line: Line): string {
  return line.name || NAMES[line.author];
}

function systemLine(line: Line): HTMLElement {
  const note = el("span", "note");
  setText(note, line.text);
  return el("div", "line system", note);
}

function picture(source: string): HTMLElement {
  const image = el("img", "picture");
  image.alt = "图片";
  image.loading = "lazy";
  image.referrerPolicy = "no-referrer";
  image.src = source;
  return image;
}
