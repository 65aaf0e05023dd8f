// The part of the YAML extension's API that ours uses; records what it was given, for the test to inspect.
const contributors = new Map();

exports.activate = () => ({
  contributors,
  registerContributor(name, schemaUriOf, schemaAt) {
    contributors.set(name, { schemaUriOf, schemaAt });
    return true;
  },
});
