// Every word that the loader says before the widget has arrived.

export const enum Text {
  Label = "Help",
  Unread = ": new answer",
  Search = "Search help",
  Close = "Close",
  Failed = "Help could not be loaded.",
  Retry = "Try again",
  Forum = "To the community",
}

/** What is said around a site's challenge. */
export const enum Challenge {
  Name = "Check that you are a person",
  Ask = "One more step: confirm that you are a person. Then your question is sent.",
}

/** What its stand-in says, where WebAssembly is not to be had. */
export const enum Fallback {
  Search = "Search",
  Close = "Close",
  Hint = "Describe what you see, then search.",
  Busy = "Searching…",
  Result = "result",
  Results = "results",
  Nothing = "Nothing was found. Other words may do better.",
  Failed = "The search did not get through. Search again in a moment.",
  Solved = "Solved",
  Reduced = "This page shows a smaller help, which searches and cannot ask.",
  Forum = "Go to the community",
}
