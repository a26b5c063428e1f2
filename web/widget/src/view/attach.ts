/** The ＋ beside the field: a photo or a file. Pasting and dropping do the same. */

import { MOST_AT_ONCE } from "../upload";
import { button, el, unseen } from "./dom";
import { icon } from "./icons";

const MEDIA = "image/*,video/*";
const FILES = ".pdf,.docx,.xlsx,audio/*,image/*,video/*";

export class Attach {
  readonly element = el("div", "attach");
  private readonly menu = el("div", "menu");
  private readonly opener = button("more", () => this.toggle(), icon("plus"), unseen("添加图片或文件"));

  constructor(private readonly send: (files: File[]) => void) {
    this.menu.append(this.choice("photo", "照片、视频", MEDIA), this.choice("paper", "文件、语音", FILES));
    this.menu.hidden = true;
    this.opener.setAttribute("aria-haspopup", "true");
    this.element.append(this.opener, this.menu);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.toggle(false);
      this.opener.focus();
    });
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget as Node | null)) this.toggle(false);
    });
    this.toggle(false);
  }

  /** Files that are dropped on a part of the page, or pasted into it, are sent. */
  listenTo(part: HTMLElement): void {
    part.addEventListener("paste", (event) => this.given(event, event.clipboardData));
    part.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    part.addEventListener("drop", (event) => this.given(event, event.dataTransfer));
  }

  private given(event: Event, data: DataTransfer | null): void {
    const files = [...(data?.files ?? [])];
    // Word and Excel put a picture of the text beside the text: then the text is meant.
    if (files.length === 0 || data?.types.includes("text/plain")) return;
    event.preventDefault();
    this.send(files.slice(0, MOST_AT_ONCE));
  }

  private choice(symbol: "photo" | "paper", title: string, accept: string): HTMLElement {
    const input = el("input");
    input.type = "file";
    input.accept = accept;
    input.multiple = true;
    input.hidden = true;
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])].slice(0, MOST_AT_ONCE);
      // Else the same photo could not be chosen again.
      input.value = "";
      this.toggle(false);
      if (files.length > 0) this.send(files);
    });
    return el("div", "", input, button("choice", () => input.click(), icon(symbol), title));
  }

  private toggle(open = this.menu.hidden !== false): void {
    this.menu.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
  }
}
