// As much of the YAML extension's API as ours uses, and what it was given, for the test to look at.
const contributors = new Map();

exports.activate = () => ({
  contributors,
  registerContributor(name, schemaUriOf, schemaAt) {
    contributors.set(name, { schemaUriOf, schemaAt });
    return true;
  },
});
