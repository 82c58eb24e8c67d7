// Why a bar is missed, shown on the page beside those that are.
export const whys = [];
