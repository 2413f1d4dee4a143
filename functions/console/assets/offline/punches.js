// What punches of a person and of a kiosk have in common while they wait: when they were made, and how they are sent.

/** @typedef {"in" | "out" | "break_start" | "break_end"} Action */
/** @typedef {{ occurred_at: string, boot_id: string, monotonic_ms: number }} Moment */
/** @typedef {{ client_id: string, status: "taken" | "duplicate" | "pending_review" | "retry" | "refused", at?: string | null, day?: string | null, code?: string | null }} Result */

const DEVICE = "rollcall.device";
/** The most rows of a batch. */
export const MAX_ROWS = 200;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 300_000;

/**
 * The moment of a punch by this device: its date, which may be wrong, and how long the page has been open, which can't be. The API
 * compares both with those of the sending.
 * @returns {Moment}
 */
export function moment() {
  return { occurred_at: new Date().toISOString(), boot_id: String(performance.timeOrigin), monotonic_ms: Math.round(performance.now()) };
}

/** What a batch says of its device. */
export function sender() {
  const { occurred_at: sent_at, ...clock } = moment();
  return { sent_at, ...clock };
}

/** An id of this installation. */
export function deviceId() {
  const kept = localStorage.getItem(DEVICE);
  if (kept !== null) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(DEVICE, made);
  return made;
}

/**
 * Sends again and again, with longer and longer pauses, until there is nothing more to send. One tab of the browser does it.
 * @param {string} name
 * @param {() => Promise<boolean>} attempt Whether something must be sent again.
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
