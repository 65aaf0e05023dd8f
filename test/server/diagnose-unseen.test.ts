import assert from 'node:assert/strict';
import { diagnosing } from './diagnosing.ts';
import { apply } from './scratch.ts';

describe('diagnose_resource, of what it did not look at', () => {
  const { namespace, diagnose } = diagnosing();
  const metadata = (name: string) => `metadata: { name: ${name}, namespace: ${namespace.name} }`;
  const login = (name: string, config: string) =>
    `apiVersion: v1\nkind: Secret\n${metadata(name)}\ntype: kubernetes.io/dockerconfigjson\nstringData: { .dockerconfigjson: '${config}' }`;
  before(() =>
    apply(
      [
        `apiVersion: v1\nkind: Service\n${metadata('alias')}\nspec: { type: ExternalName, externalName: nowhere.invalid }`,
        login('nothing', '{}'),
        login('empty', '{"auths":{}}'),
        login('one', '{"auths":{"registry.example.com":{"auth":"dTpw"}}}'),
      ].join('\n---\n'),
    ),
  );

  it('does not call an alias healthy that nobody resolved', async () => {
    const text = await diagnose('svc', 'alias');
    assert.match(
      text,
      /alias in DNS of nowhere\.invalid, without endpoints\nNothing wrong found; whether that name resolves/,
    );
  });

  it('finds a login to registries that logs in nowhere', async () => {
    for (const name of ['nothing', 'empty'])
      assert.match(await diagnose('secret', name), /Cause: its \.dockerconfigjson has no login for any registry/);
    const text = await diagnose('secret', 'one');
    assert.match(text, /\nHealthy/);
    assert.doesNotMatch(text, /dTpw/);
  });

  it('says of a namespace which kinds it looked at', async () =>
    assert.match(
      await diagnose('ns', namespace.name),
      /\nNothing wrong found; looked at: pods, .*other kinds were not\./,
    ));
});
