/** The conversation itself: lines, times between them, buttons under the last answer, typing dots. */

import { currentOffer, type Line, type Offer, type Store } from "../store";
import { Bubble, avatar } from "./bubble";
import { button, el, setText, unseen } from "./dom";
import { icon } from "./icons";
import { isPause, moment } from "./times";

export interface LogActions {
  press(payload: string, title: string): void;
  retry(id: string): void;
}

/** Pixels from the end within which the reader counts as being at the end. */
const NEAR = 80;

export class Log {
  readonly element = el("div", "scroll");
  readonly jump = button("jump", () => this.toEnd("smooth"), icon("down"));
  private readonly list = el("div", "log");
  private readonly bubbles = new Map<string, Bubble>();
  private readonly times = new Map<string, HTMLElement>();
  private readonly dots = typingDots();
  private offer: { shape: string; element: HTMLElement } | null = null;
  private lastKey = "";

  constructor(
    private readonly opening: HTMLElement,
    private readonly actions: LogActions,
  ) {
    this.list.setAttribute("role", "log");
    this.list.setAttribute("aria-live", "polite");
    this.list.setAttribute("aria-label", "对话内容");
    this.element.tabIndex = 0;
    this.element.setAttribute("aria-label", "对话");
    this.element.setAttribute("role", "region");
    this.jump.setAttribute("aria-label", "回到最新消息");
    this.element.append(opening, this.list);
    this.element.addEventListener("scroll", () => this.showJump(), { passive: true });
    if ("ResizeObserver" in window) new ResizeObserver(() => this.keepEnd()).observe(this.element);
  }

  render(store: Store): void {
    const lines = store.lines;
    const wasAtEnd = this.atEnd();
    this.opening.hidden = lines.length > 0 || (!store.loaded && store.link !== "offline");
    this.list.classList.toggle("begun", lines.length > 0);
    this.arrange(this.items(lines, store));
    const last = lines[lines.length - 1];
    const own = last?.author === "customer" && last.key !== this.lastKey;
    this.lastKey = last?.key ?? "";
    if (wasAtEnd || own) this.toEnd();
    this.showJump();
  }

  private items(lines: readonly Line[], store: Store): Node[] {
    this.forget(lines);
    const offer = currentOffer(lines);
    const lastOwn = [...lines].reverse().find((line) => line.author === "customer");
    const items: Node[] = [];
    lines.forEach((line, index) => {
      const before = lines[index - 1];
      const pause = isPause(before?.at, line.at);
      if (pause) items.push(this.time(line));
      const next = lines[index + 1];
      const first = pause || before?.author !== line.author || before.name !== line.name;
      const last = next === undefined || next.author !== line.author || isPause(line.at, next.at);
      items.push(this.bubble(line, { first, last, telling: line === lastOwn }));
      if (offer?.after === line.key) items.push(this.replies(offer));
    });
    if (store.typing) items.push(this.typing(store));
    return items;
  }

  /** Puts the nodes in this order, touching only those that are new or out of place. */
  private arrange(nodes: readonly Node[]): void {
    nodes.forEach((node, index) => {
      const there = this.list.childNodes[index];
      if (there !== node) this.list.insertBefore(node, there ?? null);
    });
    while (this.list.childNodes.length > nodes.length) this.list.lastChild?.remove();
  }

  private forget(lines: readonly Line[]): void {
    const keys = new Set(lines.map((line) => line.key));
    for (const key of this.bubbles.keys()) {
      if (keys.has(key)) continue;
      this.bubbles.delete(key);
      this.times.delete(key);
    }
  }

  private bubble(line: Line, place: { first: boolean; last: boolean; telling: boolean }): HTMLElement {
    let bubble = this.bubbles.get(line.key);
    if (!bubble) {
      bubble = new Bubble(line, this.actions.retry);
      this.bubbles.set(line.key, bubble);
    }
    bubble.update(line, place);
    return bubble.element;
  }

  private time(line: Line): HTMLElement {
    const made = this.times.get(line.key) ?? el("div", "moment");
    setText(made, moment(line.at));
    made.setAttribute("aria-hidden", "true");
    this.times.set(line.key, made);
    return made;
  }

  private replies(offer: Offer): HTMLElement {
    const shape = JSON.stringify(offer);
    if (this.offer?.shape !== shape) this.offer = { shape, element: this.makeReplies(offer) };
    return this.offer.element;
  }

  private makeReplies(offer: Offer): HTMLElement {
    const made = offer.replies.map((reply) => {
      const chip = button("reply", () => this.actions.press(reply.payload, reply.title), reply.title);
      chip.disabled = offer.used !== null;
      chip.classList.toggle("used", reply.payload === offer.used);
      return chip;
    });
    const group = el("div", "replies", ...made);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "快捷回复");
    return group;
  }

  private typing(store: Store): HTMLElement {
    const author = store.typing ?? "bot";
    if (!this.dots.classList.contains(author)) {
      this.dots.className = `line typing first last ${author}`;
      this.dots.firstElementChild?.replaceWith(avatar({ author, name: "" }));
    }
    return this.dots;
  }

  private atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  private toEnd(behavior: ScrollBehavior = "auto"): void {
    if (this.bubbles.size === 0) return;
    this.element.scrollTo({ top: this.element.scrollHeight, behavior });
  }

  private wasNearEnd = true;

  private showJump(): void {
    this.wasNearEnd = this.atEnd();
    this.jump.hidden = this.wasNearEnd;
  }

  /** The keyboard of a phone makes the page shorter: what was said last stays in sight. */
  private keepEnd(): void {
    if (this.wasNearEnd) this.toEnd();
  }
}

function typingDots(): HTMLElement {
  const bubble = el("div", "bubble dots", unseen("正在输入"), el("i"), el("i"), el("i"));
  return el("div", "line typing", el("span"), el("div", "body", bubble));
}
