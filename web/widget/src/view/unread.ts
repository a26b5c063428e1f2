/** Tells in the window's title how many lines came while nobody was looking. */

import type { Store } from "../store";

export class Unread {
  private readonly title = document.title;
  private seen = 0;

  render(store: Store): void {
    const theirs = store.lines.filter((line) => line.author !== "customer").length;
    if (!document.hidden || !store.loaded) this.seen = theirs;
    const unread = Math.max(0, theirs - this.seen);
    document.title = unread > 0 ? `（${unread}条新消息）${this.title}` : this.title;
  }
}
