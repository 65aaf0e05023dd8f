/** Replaces an argument that VS Code no longer knows. */
export const LOST = Symbol('lost');

/** The argument of a key that was pressed in the view while no row was selected. */
export const NOTHING_SELECTED = Symbol('nothing selected');
