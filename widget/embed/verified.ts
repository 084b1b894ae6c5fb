// Modules that run only if their bytes are the published ones.

import { make } from "./shell";

/**
 * Imports a module whose hash is known. An import states no hash; a preload does, and leaves the module where the import finds it.
 * The import inherits the nonce of who asks for it; the preload has to be given it.
 */
export async function verified(url: string, hash: string, nonce = ""): Promise<unknown> {
  const preload = make("link", { rel: "modulepreload", href: url, integrity: hash, nonce });
  document.head.append(preload);
  try {
    return await import(url);
  } finally {
    preload.remove();
  }
}
