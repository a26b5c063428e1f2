/** What is on the screen: the log in order, each line once, whatever the wire repeats, drops or swaps. */

import type { Author, History, QuickReply, Status, Uttered, WireFile, WireLine } from "./protocol";

/** How far a line of the customer has got. */
export type Delivery = "uploading" | "waiting" | "sending" | "slow" | "delivered" | "failed";

export interface Line {
  /** The client's own id for lines of the customer, else the server's. */
  key: string;
  author: Author;
  text: string;
  name: string;
  replies: QuickReply[];
  image: string;
  files: WireFile[];
  /** Percent of its file that have gone out; only while it is uploading. */
  progress: number;
  /** Why it failed, where there is more to say than that. */
  reason: string;
  /** Whether it may be tried again after it failed. */
  again: boolean;
  at: number;
  /** Counts the conversations seen in this window; places in the log start anew in each. */
  run: number;
  /** Place in the log; 0: not in the log yet. */
  seq: number;
  /** Null for what others wrote. */
  delivery: Delivery | null;
}

export type Link = "connecting" | "online" | "offline";

export class Store {
  link: Link = "connecting";
  status: Status = "";
  typing: Author | null = null;
  /** What the page itself has to tell, for example that a log-in has run out. */
  notice: string | null = null;
  /** Whether the log has been read once; before that an empty log means nothing. */
  loaded = false;

  private byKey = new Map<string, Line>();
  private run = 1;
  private places = new Map<number, string>();
  private conversation = "";
  private runs = new Map<string, number>();
  private watchers = new Set<() => void>();
  private pending = false;

  /** Calls `watcher` after changes, once for all changes of one task. */
  watch(watcher: () => void): void {
    this.watchers.add(watcher);
  }

  /** In the order of the log; what is not in it yet stands at the end, as written. */
  get lines(): Line[] {
    return [...this.byKey.values()].sort(inOrder);
  }

  get knownConversation(): string {
    return this.conversation;
  }

  /** Everything up to this place has arrived. */
  get complete(): number {
    let seq = 0;
    while (this.places.has(seq + 1)) seq += 1;
    return seq;
  }

  /** Something between has not arrived. */
  get hasGap(): boolean {
    return this.places.size > this.complete;
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** Forgets everything: another customer. */
  reset(): void {
    this.byKey.clear();
    this.runs.clear();
    this.startRun("");
    this.status = "";
    this.typing = null;
    this.notice = null;
    this.loaded = false;
    this.changed();
  }

  setLink(link: Link): void {
    this.link = link;
    if (link !== "online") this.typing = null;
    this.changed();
  }

  setTyping(author: Author | null): void {
    // While a person has the conversation, the bot says nothing.
    this.typing = author === "bot" && (this.status === "waiting" || this.status === "with_agent") ? null : author;
    this.changed();
  }

  setNotice(text: string | null): void {
    this.notice = text;
    this.changed();
  }

  /** A line the customer has just written. */
  addOwn(key: string, text: string, at: number, files: WireFile[] = []): void {
    if (this.byKey.has(key)) return;
    this.byKey.set(key, { ...EMPTY, key, author: "customer", text, files, at, run: this.run, delivery: "waiting" });
    this.changed();
  }

  /** How much of a line's file has gone out. */
  setProgress(key: string, progress: number): void {
    const line = this.byKey.get(key);
    if (!line) return;
    this.byKey.set(key, { ...line, delivery: "uploading", progress });
    this.changed();
  }

  /** A line's file was not taken. */
  setRefused(key: string, reason: string, again: boolean): void {
    const line = this.byKey.get(key);
    if (!line) return;
    this.byKey.set(key, { ...line, delivery: "failed", reason, again });
    this.changed();
  }

  setDelivery(key: string, delivery: Delivery): void {
    const line = this.byKey.get(key);
    if (!line || line.delivery === "delivered") return;
    this.byKey.set(key, { ...line, delivery });
    this.changed();
  }

  /** The server has the line. */
  acknowledged(key: string, uttered: Uttered): void {
    const line = this.byKey.get(key);
    if (!line) return;
    const run = this.runOf(uttered.conversation, uttered.seq, key);
    const at = uttered.at || line.at;
    this.status = uttered.status || this.status;
    this.byKey.set(key, { ...line, run, seq: uttered.seq, at, delivery: "delivered" });
    this.place(run, uttered.seq, key);
    this.changed();
  }

  /** A line from the server. False: it was there before. */
  add(line: WireLine): boolean {
    const key = line.ownId || line.id;
    const known = this.byKey.get(key);
    // A repeated line says where it belongs only when it names its conversation.
    if (known && known.seq > 0 && (line.conversation === "" || known.run === this.runs.get(line.conversation))) return false;
    const run = this.runOf(line.conversation, line.seq, key);
    const delivery = line.author === "customer" ? "delivered" : null;
    const { text, author, name, replies, image, files, at, seq } = line;
    this.byKey.set(key, { ...EMPTY, key, text, author, name, replies, image, files, at, seq, run, delivery });
    this.place(run, seq, key);
    if (author !== "customer") this.typing = null;
    this.status = line.status || (author === "agent" ? "with_agent" : this.status);
    this.changed();
    return known === undefined;
  }

  /**
   * What the server sent for `history`. False: it belongs to another conversation than the one on the screen,
   * so its beginning is missing and has to be asked for.
   */
  addHistory(history: History, after: number): boolean {
    if (history.conversation !== "" && history.conversation !== this.conversation) {
      const begun = this.conversation !== "";
      if (begun) this.startRun(history.conversation);
      else this.name(history.conversation);
      if (begun && after > 0) return false;
    }
    history.lines.forEach((line) => this.add(line));
    this.status = history.status;
    this.loaded = true;
    this.changed();
    return true;
  }

  /** The conversation a line belongs to. One that the server does not name shows by a place that is taken. */
  private runOf(conversation: string, seq: number, key: string): number {
    if (conversation !== "" && conversation !== this.conversation) {
      const earlier = this.runs.get(conversation);
      if (earlier !== undefined) return earlier;
      if (this.conversation === "") this.name(conversation);
      else this.startRun(conversation);
    }
    const taken = this.places.get(seq);
    if (taken !== undefined && taken !== key) this.startRun("");
    return this.run;
  }

  private name(conversation: string): void {
    this.conversation = conversation;
    this.runs.set(conversation, this.run);
  }

  private startRun(conversation: string): void {
    this.run += 1;
    this.places = new Map();
    this.conversation = conversation;
    if (conversation !== "") this.runs.set(conversation, this.run);
  }

  private place(run: number, seq: number, key: string): void {
    if (run === this.run && seq > 0) this.places.set(seq, key);
  }

  private changed(): void {
    if (this.pending) return;
    this.pending = true;
    queueMicrotask(() => {
      this.pending = false;
      this.watchers.forEach((watcher) => watcher());
    });
  }
}

const EMPTY = { name: "", replies: [], image: "", files: [], progress: 0, reason: "", again: true, seq: 0, delivery: null };

function inOrder(a: Line, b: Line): number {
  if (a.seq === 0 || b.seq === 0) {
    // An array's sort is stable, so unsent lines keep the order in which they were written.
    return a.seq === 0 && b.seq === 0 ? 0 : a.seq === 0 ? 1 : -1;
  }
  return a.run - b.run || a.seq - b.seq;
}

/** Buttons that may be pressed now. `used`: the payload that was pressed; null: none yet. */
export interface Offer {
  after: string;
  replies: QuickReply[];
  used: string | null;
}

/**
 * The buttons under what was said last. Typing something else leaves them usable (while one waits for a person,
 * nothing newer comes); something newer takes them away.
 */
export function currentOffer(lines: readonly Line[]): Offer | null {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.author === "customer") end -= 1;
  for (let index = end - 1; index >= 0; index -= 1) {
    const line = lines[index];
    if (!line || line.author === "customer") return null;
    if (line.replies.length === 0) continue;
    const answers = new Set(lines.slice(end).map((own) => own.text));
    const used = line.replies.find((reply) => answers.has(reply.title));
    return { after: line.key, replies: line.replies, used: used?.payload ?? null };
  }
  return null;
}
