/** The page: defines the element and fits it to what a phone's keyboard leaves of the screen. */

import { WenhuoChat } from "./view/chat";

customElements.define("wenhuo-chat", WenhuoChat);

// Safari lays its keyboard over the page and scrolls it away; only the visual viewport tells what is left.
const viewport = window.visualViewport;
if (viewport) {
  const fit = (): void => {
    // Who has zoomed in wants to look around, not to have the page follow.
    if (viewport.scale > 1.01) return;
    document.documentElement.style.setProperty("--visible-height", `${viewport.height}px`);
    window.scrollTo(0, 0);
  };
  viewport.addEventListener("resize", fit);
  fit();
}
