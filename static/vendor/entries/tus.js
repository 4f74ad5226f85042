// @ts-check
// Uploads that go on where they were cut, by the protocol tus 1.0. Fetched on the upload page only.
export { DetailedError, Upload } from "tus-js-client";
