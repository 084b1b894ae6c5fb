// Every word that the loader says before the widget has arrived.

export const TEXT = {
  label: "Help",
  unread: "new answer",
  search: "Search help",
  placeholder: "What do you need help with?",
  close: "Close",
  failedTitle: "Help could not be loaded",
  failedDetail: "What you typed stays here.",
  retry: "Try again",
  forum: "Go to the community",
};
