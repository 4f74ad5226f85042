// @ts-check
// Reports, appeals and what moderators do. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  undo: "Undo",
  andMoreReports: { one: "and {count} more report", other: "and {count} more reports" },
});
