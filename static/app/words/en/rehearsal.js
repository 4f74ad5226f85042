// @ts-check
// A test before going live. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  test: "Test for five seconds",
  recording: "Your recording",
  discard: "Discard it",
  hint: "Recorded and played here only: nothing is sent.",
  goesOn: { one: "Say something: {count} second left.", other: "Say something: {count} seconds left." },
  failed: "This browser could not record.",
  noSound: "There was a picture, and no sound is captured.",
  silent: "Nothing was heard: look at the microphone.",
  heard: "Picture and sound are there. This is how you look and sound.",
});
