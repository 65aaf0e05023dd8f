import assert from 'node:assert/strict';
import { join } from 'node:path';
import { homeFolder } from '../../../../src/kubernetes/client/home-folder.ts';

describe('the home folder on Windows', () => {
  const env = { HOME: 'H:', HOMEDRIVE: 'D:', HOMEPATH: '\\me', USERPROFILE: 'C:\\Users\\me' };
  const home = (there: Record<string, boolean>) =>
    homeFolder(env, 'win32', (path) => (path in there ? { isWritable: there[path] === true } : undefined));

  it('is the first with a kubeconfig, the drive before the profile', () => {
    const config = (folder: string) => join(folder, '.kube', 'config');
    assert.equal(home({ [config('C:\\Users\\me')]: false, [config('D:\\me')]: false, 'H:': true }), 'D:\\me');
  });
  it('is else the first that can be written, the profile before the drive', () =>
    assert.equal(home({ 'H:': false, 'D:\\me': true, 'C:\\Users\\me': true }), 'C:\\Users\\me'));
  it('is else the first that is there', () => assert.equal(home({ 'D:\\me': false }), 'D:\\me'));
  it('is else the first that is named', () => assert.equal(home({}), 'H:'));
  it('is HOME elsewhere', () => assert.equal(homeFolder({ HOME: '/h', USERPROFILE: '/u' }, 'linux'), '/h'));
});
