/** Sources that many features cite. */
export const v8 = "patch v8 5/8, 2021-04-07";
export const merged = "commit b756a3b5e7ea (v5.14)";
