/** Types of qr.js. They are read by the type check, and never served. */
export declare function encode(text: string, options?: { border?: number }): { size: number; data: boolean[][] };
