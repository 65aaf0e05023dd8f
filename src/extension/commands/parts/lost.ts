/** Replaces an argument that VS Code no longer knows. */
export const LOST = Symbol('lost');
