/** Files in a line: pictures, sound and film where they stand, anything else as a link to save it. */

import type { WireFile } from "../protocol";
import { el } from "./dom";
import { icon } from "./icons";

/** Browsers do not show what iPhones take (HEIC). */
const SHOWN = /^image\/(jpeg|png|webp|gif)$/;

export function shownFile(file: WireFile): HTMLElement {
  const { mediaType, url } = file;
  if (url && SHOWN.test(mediaType)) return picture(file);
  // Sound and film only from the server: the page's policy lets nothing else play.
  if (url.startsWith("/") && /^(audio|video)\//.test(mediaType)) return player(file);
  return chip(file);
}

function picture(file: WireFile): HTMLElement {
  const image = el("img", "picture");
  image.alt = file.name || "图片";
  image.src = file.url;
  if (!file.url.startsWith("/")) return image;
  const link = el("a", "", image);
  open(link, file.url);
  return link;
}

function player(file: WireFile): HTMLElement {
  const made = document.createElement(file.mediaType.startsWith("audio/") ? "audio" : "video");
  made.controls = true;
  made.preload = "metadata";
  made.src = file.url;
  made.className = "player";
  made.setAttribute("aria-label", file.name || kindOf(file));
  return made;
}

function chip(file: WireFile): HTMLElement {
  const made = file.url.startsWith("/") ? el("a", "file") : el("span", "file");
  made.append(icon("paper"), el("span", "text", file.name || kindOf(file)));
  if (made instanceof HTMLAnchorElement) open(made, file.url);
  return made;
}

function open(link: HTMLAnchorElement, url: string): void {
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

function kindOf(file: WireFile): string {
  if (file.mediaType.startsWith("image/")) return "图片";
  if (file.mediaType.startsWith("audio/")) return "语音";
  return file.mediaType.startsWith("video/") ? "视频" : "文件";
}
