// What we use of lzma1. The package brings its sources in place of declarations, and these do not compile under our
// stricter options, so tsconfig.test.json and src/playground/page/tsconfig.json name this file for it.

/** The larger the mode, 1 to 9, the smaller the result. */
export declare function compress(data: Uint8Array, mode?: number): Uint8Array;
/** Throws if the data is damaged. */
export declare function decompress(data: Uint8Array): Uint8Array;
