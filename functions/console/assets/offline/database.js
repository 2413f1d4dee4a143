// The data that this device keeps without a network: punches that wait to be sent, the key that encrypts a kiosk's PINs, and the
// times and reasons of refused punches until somebody has seen them.

const NAME = "rollcall";
const VERSION = 1;
/** @typedef {"punches" | "kiosk_punches" | "keys"} Store */

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("punches", { keyPath: "client_id" });
      request.result.createObjectStore("kiosk_punches", { keyPath: "client_id" });
      request.result.createObjectStore("keys");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * @template T
 * @param {Store} store
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} action
 * @returns {Promise<T>}
 */
async function run(store, mode, action) {
  const database = await open();
  return new Promise((resolve, reject) => {
    // The data is on the disk before the person sees a confirmation.
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = action(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {Store} store @returns {Promise<any[]>} */
export const all = (store) => run(store, "readonly", (it) => it.getAll());
/** @param {Store} store @param {unknown} row @param {IDBValidKey} [key] */
export const keep = (store, row, key) => run(store, "readwrite", (it) => it.put(row, key));
/** @param {Store} store @param {IDBValidKey} key @returns {Promise<any>} */
export const find = (store, key) => run(store, "readonly", (it) => it.get(key));
/** @param {Store} store @param {IDBValidKey} key */
export const drop = (store, key) => run(store, "readwrite", (it) => it.delete(key));
