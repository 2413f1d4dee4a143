// The common parts of a person's and a kiosk's waiting punches: their moment, and the loop that sends them.

/** @typedef {"in" | "out" | "break_start" | "break_end"} Action */
/** @typedef {{ occurred_at: string, boot_id: string, monotonic_ms: number }} Moment */
/** @typedef {{ client_id: string, status: "taken" | "duplicate" | "pending_review" | "retry" | "refused", at?: string | null, day?: string | null, code?: string | null }} Result */

const DEVICE = "rollcall.device";
/** The maximum number of rows in a batch. */
export const MAX_ROWS = 200;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 300_000;

/**
 * Returns the moment of a punch on this device: the date, which may be wrong, and the age of the page, which can't be wrong. The API compares
 * both with the values at the time of sending.
 * @returns {Moment}
 */
export function moment() {
  return { occurred_at: new Date().toISOString(), boot_id: String(performance.timeOrigin), monotonic_ms: Math.round(performance.now()) };
}

/** Returns the device's clock values for a batch. */
export function sender() {
  const { occurred_at: sent_at, ...clock } = moment();
  return { sent_at, ...clock };
}

/** Returns the id of this installation. Creates it on first use. */
export function deviceId() {
  const kept = localStorage.getItem(DEVICE);
  if (kept !== null) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(DEVICE, made);
  return made;
}

/**
 * Sends repeatedly, with increasing delays, until nothing is left to send. Only one tab of the browser sends.
 * @param {string} name
 * @param {() => Promise<boolean>} attempt Returns whether a punch must be sent again.
 */
export function sendingLoop(name, attempt) {
  let pause = FIRST_PAUSE_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const run = () => {
    clearTimeout(timer);
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) return;
      const isOpen = await attempt().catch(() => true);
      if (!isOpen) {
        pause = FIRST_PAUSE_MS;
        return;
      }
      timer = setTimeout(() => void run(), pause);
      pause = Math.min(2 * pause, MAX_PAUSE_MS);
    });
  };
  return run;
}
