import assert from 'node:assert/strict';
import { Follow, type View } from '../../../../src/webviews/logs/follow.ts';

const ROW = 20;

describe('a followed log', () => {
  const size = { width: 800, height: 600 };
  const at = (top: number, whole = 10_000, view: Pick<View, 'width' | 'height'> = size): View => ({
    ...view,
    top,
    whole,
  });

  function following(): Follow {
    const follow = new Follow();
    follow.moved(at(9_400));
    follow.drawn(at(9_400));
    return follow;
  }

  it('is left when the user scrolls up, and followed again at its end', () => {
    const follow = following();
    assert.equal(follow.scrolled(at(9_400), ROW), false, 'our own doing');
    assert.equal(follow.scrolled(at(9_000), ROW), true);
    assert.equal(follow.follows, false);
    assert.equal(follow.scrolled(at(9_100), ROW), false);
    assert.equal(follow.scrolled(at(9_390), ROW), true);
    assert.equal(follow.follows, true);
  });

  it('stays at its end when its pane becomes lower, higher, narrower or nothing while lines come', () => {
    for (const view of [
      { width: 800, height: 300 },
      { width: 800, height: 900 },
      { width: 400, height: 600 },
      { width: 0, height: 0 },
    ])
      for (const top of [0, 9_100, 9_400]) {
        const follow = following();
        assert.equal(follow.scrolled(at(top, 12_000, view), ROW), false);
        assert.equal(follow.follows, true);
        follow.moved(at(12_000 - view.height, 12_000, view));
        follow.drawn(at(12_000 - view.height, 12_000, view));
        assert.equal(follow.scrolled(at(5_000, 12_000, view), ROW), true, 'and then the user scrolls');
      }
  });
});
