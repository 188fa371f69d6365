/** Columns for text on a stream: those of the terminal, else the variable COLUMNS, else 100. */
export const widthOf = ({ columns }: NodeJS.WriteStream): number =>
  Math.max(60, Math.min(columns || Number(process.env.COLUMNS) || 100, 120));
