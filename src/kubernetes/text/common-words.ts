/** Words so common in texts about clusters that they reveal nothing, even if a redacted value contains them. */
const WORDS = `
  the and for with not you are this that from have has was were will can cannot could should would may must more less than
  then there here when where what which who why how all any each every only other another same such some most least first last
  next new old one two three out into over under about after before again once also still already yet too very own its their
  they them but because while until since through between without within nothing something anything none does did done being
  been get got set put use used uses using see say says make made take taken give given want need needs let keep show shown
  find found read reads write written wrote change changed changes create created delete deleted remove removed update updated
  apply applied replace replaced add added send sent call called calls run runs running start started starts stop stopped wait
  waiting fail failed fails failure error errors warning warnings invalid valid value values field fields name names object
  objects list lists item items kind kinds type types key keys string number boolean true false null yes true empty missing
  default defaults example http https www com org net html json yaml text plain file files path paths line lines data key
  user users group groups admin root guest password passwords passwd username secret secrets token tokens credential
  credentials auth authorization authentication bearer basic login certificate certificates begin end private public rsa
  encrypted host hostname port ports address server servers client clients service services url uri database databases
  postgres postgresql mysql mariadb mongodb mongo redis rabbitmq kafka elasticsearch nginx apache grafana prometheus localhost
  local internal external cluster clusters context contexts namespace namespaces node nodes pod pods container containers image
  images deployment deployments replicaset statefulset daemonset job jobs cronjob configmap configmaps ingress volume volumes
  persistentvolumeclaim serviceaccount role rolebinding event events label labels annotation annotations selector metadata
  spec status template controller manager resource resources version versions resourceversion apiversion uid generation
  creationtimestamp condition conditions reason message lasttransitiontime ready available progressing replicas restart policy
  kubernetes kubectl kube system dev prod production staging test testing debug info warn level log logs logging config
  configuration settings options enabled disabled enable disable timeout interval seconds minutes hours days month year
  apps batch core networking rbac storage admissionregistration apiextensions k8s opaque svc
`;

/** In lower case. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(WORDS.split(/\s+/).filter(Boolean));
