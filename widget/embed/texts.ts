// Every word that the loader says before the widget has arrived.

export const TEXT = {
  label: "Help",
  unread: "you have a new answer",
  search: "Search help",
  placeholder: "What do you need help with?",
  close: "Close",
  loading: "Loading…",
  failedTitle: "Help could not be loaded",
  failedDetail: "Check your connection and try again. What you typed stays here.",
  retry: "Try again",
  forum: "Go to the community",
};
