// @ts-check
// The room: picture, chat, polls and questions. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  newMessages: { one: "{count} new message", other: "{count} new messages" },
});
