/** Making elements. Text goes in as text nodes only: what a customer or the bot writes is never read as markup. */

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function button(className: string, pressed: () => void, ...children: (Node | string)[]): HTMLButtonElement {
  const made = el("button", className, ...children);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

/** Heard by screen readers, not seen. */
export function unseen(text: string): HTMLElement {
  return el("span", "unseen", text);
}

export function setText(element: HTMLElement, text: string): void {
  // Setting the same text again would make a screen reader say it again.
  if (element.textContent !== text) element.textContent = text;
}
