// @ts-check
// The words of the first page. The document names this module beside main.js, so that they are on
// their way while the rest of the app is still being found.

import "./account.js";
import "./home.js";
import "./notifications.js";
import "./problems.js";
import "./site.js";
