/** All styles of the chat, in the order in which they build on each other. */

import foot from "./foot.css?inline";
import frame from "./frame.css?inline";
import log from "./log.css?inline";
import tokens from "./tokens.css?inline";
import welcome from "./welcome.css?inline";

export const styles = tokens + frame + log + welcome + foot;
