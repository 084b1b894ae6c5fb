// What a site keeps in the browser, as far as it counts before the widget is there.

/** Does something with the browser's storage, which it may refuse. */
export function shelved<T>(act: (store: Storage) => T): T | undefined {
  try {
    return act(localStorage);
  } catch {
    return;
  }
}

/** Erases what begins with a name. */
export function erase(shelf: string): void {
  shelved((store) => Object.keys(store).forEach((key) => key.startsWith(shelf) && store.removeItem(key)));
}
