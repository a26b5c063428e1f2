/** Brings a file to the server, before the line that it belongs to. */

import { isObject, type WireFile } from "./protocol";

/** As the server counts by default; it has the last word. */
const LARGEST = 50 * 1024 * 1024;
const WITHIN = 300_000;
/** One message's worth. */
export const MOST_AT_ONCE = 9;

/** Why a file did not arrive, in words for the customer. */
export class NotTaken extends Error {
  constructor(
    message: string,
    /** Whether the same file may go through later. */
    readonly again: boolean,
  ) {
    super(message);
  }
}

/** `progress` is told percents. Rejects with NotTaken. */
export type Upload = (file: File, token: string, progress: (percent: number) => void) => Promise<WireFile>;

const REASONS: Record<number, string> = {
  401: "会话已过期，请刷新页面后再发",
  413: "文件太大了：图片、语音最多 10 MB，文档 20 MB，视频 50 MB",
  415: "这种文件发不了，请发图片、语音、视频、PDF、Word（.docx）或 Excel（.xlsx）",
  422: "这个文件是空的或读不出来，请换一个",
  429: "今天发的文件已经很多了，请明天再发，或直接告诉客服",
};

/** With XMLHttpRequest: `fetch` does not tell how much has gone out. */
export const uploadFile: Upload = (file, token, progress) =>
  new Promise((resolve, reject) => {
    if (file.size === 0) return reject(new NotTaken(REASONS[422] ?? "", false));
    if (file.size > LARGEST) return reject(new NotTaken(REASONS[413] ?? "", false));
    const form = new FormData();
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/web/files");
    request.timeout = WITHIN;
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(Math.floor((event.loaded / event.total) * 100));
    };
    const broken = (): void => reject(new NotTaken("网络不稳，没传上去", true));
    request.onerror = request.ontimeout = request.onabort = broken;
    request.onload = () => {
      const taken = request.status === 201 ? readTaken(request.responseText, file.name) : null;
      if (taken) return resolve(taken);
      const reason = REASONS[request.status];
      reject(new NotTaken(reason ?? "没传上去，请稍后再试", reason === undefined));
    };
    request.send(form);
  });

function readTaken(answer: string, name: string): WireFile | null {
  try {
    const taken: unknown = JSON.parse(answer);
    if (!isObject(taken) || typeof taken["id"] !== "string" || typeof taken["media_type"] !== "string") return null;
    return { id: taken["id"], mediaType: taken["media_type"], name, url: "" };
  } catch (error) {
    console.warn("wenhuo: the answer to an upload cannot be read", error);
    return null;
  }
}
