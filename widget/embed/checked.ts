// Files that are used only if their bytes are the published ones.

/** The bytes of an answer, if their hash is this. */
export async function checked(response: Response, hash: string | undefined): Promise<ArrayBuffer> {
  const bytes = response.ok && (await response.arrayBuffer());
  // A page without a secure context has no digest; it could not trust its own scripts either.
  const digest = bytes && self.crypto.subtle && new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (!bytes || (digest && `sha256-${btoa(String.fromCharCode(...digest))}` !== hash)) {
    throw new Error(`${response.url}: ${response.status}, or not as published`);
  }
  return bytes;
}
