/** Times as a Chinese reader expects them, in the customer's own zone. */

const MINUTE = 60_000;
/** A pause after which the time is shown again. */
export const PAUSE = 5 * MINUTE;

const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** `10:03` */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** `10:03`, `昨天 10:03`, `11月20日 10:03`, `2025年11月20日 10:03` */
export function moment(at: number, now: number = Date.now()): string {
  const day = new Date(at);
  const today = new Date(now);
  const days = Math.round((midnight(today) - midnight(day)) / (24 * 60 * MINUTE));
  if (days === 0) return timeOfDay(at);
  if (days === 1) return `昨天 ${timeOfDay(at)}`;
  const date = `${day.getMonth() + 1}月${day.getDate()}日 ${timeOfDay(at)}`;
  return day.getFullYear() === today.getFullYear() ? date : `${day.getFullYear()}年${date}`;
}

export function isPause(before: number | undefined, at: number): boolean {
  return before === undefined || Math.abs(at - before) > PAUSE;
}

function midnight(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
