/** Filled in by the build: the frame's page beside the chunks, the version of the card, and the id of this build. */
declare const __FRAME_PAGE__: string;
declare const __VERSION__: string;
declare const __BUILD__: string;
