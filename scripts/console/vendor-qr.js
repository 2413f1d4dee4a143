// What the console takes from uqr: the modules of a QR code.
export { encode } from "uqr";
