// Push messages for this browser: the subscription at the browser's push service, and its registration at Rollcall for this session.
import { get, post, remove } from "./api.js";

/** Whether this browser can show push messages. */
export const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** @typedef {{ public_key: string, items: { id: string, is_current: boolean }[] }} Subscriptions */

/** Returns whether push messages go to this browser in this session. */
export async function isSubscribed() {
  const { items } = /** @type {Subscriptions} */ (await get(/** @type {any} */ ("/notifications/push-subscriptions")));
  const worker = await navigator.serviceWorker.getRegistration();
  return items.some((one) => one.is_current) && Boolean(await worker?.pushManager.getSubscription());
}

/** Requests the person's permission and subscribes. Returns `false` if the person or the browser refuses. */
export async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const { public_key } = /** @type {Subscriptions} */ (await get(/** @type {any} */ ("/notifications/push-subscriptions")));
  const worker = await navigator.serviceWorker.ready;
  // A subscription with an outdated key of the company can no longer be used.
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key });
  const { endpoint, keys } = made.toJSON();
  await post(/** @type {any} */ ("/notifications/push-subscriptions"), /** @type {any} */ ({ body: { endpoint, keys } }));
  return true;
}

/** Ends the subscription of this browser. */
export async function unsubscribe() {
  const { items } = /** @type {Subscriptions} */ (await get(/** @type {any} */ ("/notifications/push-subscriptions")));
  const current = items.find((one) => one.is_current);
  if (current) await remove(/** @type {any} */ ("/notifications/push-subscriptions/{id}"), /** @type {any} */ ({ path: { id: current.id } }));
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}
