/** The font of pictures and pages: the reader's own, so that nothing is loaded. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif";
