import { test } from 'uvu';
import { target as dns } from '../../fuzz/dns-message.fuzz';
import { fuzz } from '../../fuzz/fuzz';
import { target as agent } from '../../fuzz/ice-agent.fuzz';
import { target as texts } from '../../fuzz/ice-texts.fuzz';
import { target as port } from '../../fuzz/shared-port.fuzz';
import { target as splitter } from '../../fuzz/stream-splitter.fuzz';
import { target as message } from '../../fuzz/stun-message.fuzz';
import { target as turn } from '../../fuzz/turn-client.fuzz';

for (const target of [message, dns, texts, splitter, agent, turn, port]) {
  test(`${target.name}: a bounded run of its fuzz target`, () => void fuzz(target, 1, 20_000));
}

test.run();
