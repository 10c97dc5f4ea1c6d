export function isImage(file: string): boolean {
  return /\.(png|svg)$/.test(file);
}
