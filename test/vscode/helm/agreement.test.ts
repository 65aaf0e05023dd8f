import { agreeToKubeconfig } from '../workspace.ts';

agreeToKubeconfig();
