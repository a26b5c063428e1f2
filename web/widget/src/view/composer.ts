/** Where the customer writes. */

import { Attach } from "./attach";
import { button, el, setText, unseen } from "./dom";
import { icon } from "./icons";

/** What the server reads of one message; it cuts the rest. */
export const LONGEST = 5000;
/** From here on the length is shown. */
const NEAR_LONGEST = 4500;

export class Composer {
  readonly element = el("form", "composer");
  private readonly input = el("textarea", "input");
  private readonly count = el("div", "count");
  private readonly submit = button("send", () => this.send(), icon("send"), unseen("发送"));
  readonly attach: Attach;

  constructor(
    private readonly say: (text: string) => void,
    sendFiles: (files: File[]) => void,
  ) {
    this.attach = new Attach(sendFiles);
    this.input.rows = 1;
    this.input.placeholder = "说说您的需求，或直接发单号…";
    this.input.setAttribute("aria-label", "输入消息，回车发送，Shift 加回车换行");
    this.input.setAttribute("enterkeyhint", "send");
    this.input.autocomplete = "off";
    this.count.setAttribute("role", "status");
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.append(this.count, el("div", "field", this.attach.element, this.input, this.submit));
    this.changed();
  }

  focus(): void {
    this.input.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    // While an input method is open, Enter chooses a word. 229 is what Safari reports for that key.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  private send(): void {
    const text = this.input.value.trim();
    if (text === "" || length(text) > LONGEST) return;
    this.input.value = "";
    this.changed();
    this.say(text);
  }

  private changed(): void {
    const written = length(this.input.value.trim());
    const tooLong = written > LONGEST;
    this.submit.disabled = written === 0 || tooLong;
    this.count.classList.toggle("over", tooLong);
    const words = tooLong ? `已超出 ${written - LONGEST} 字，请分几条发送` : `${written} / ${LONGEST}`;
    setText(this.count, written > NEAR_LONGEST ? words : "");
    this.input.style.height = "auto";
    // Before it is on the page it measures nothing.
    if (this.input.scrollHeight > 0) this.input.style.height = `${this.input.scrollHeight}px`;
  }
}

/** Characters as the server counts them: a rare character is one, though JavaScript counts two. */
function length(text: string): number {
  return text.length <= NEAR_LONGEST ? text.length : [...text].length;
}
