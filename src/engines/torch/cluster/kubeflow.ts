import { type JobTemplate, schedulerName } from './place.ts';

export const kubeflow: JobTemplate = {
  file: 'trainjob.yaml',
  about:
    '`kubectl apply -f trainjob.yaml` (Kubeflow Trainer 2); the folder lies in the volume of the claim that it names',
  write: place => `apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata:
  name: ${schedulerName(place)}
spec:
  runtimeRef:
    name: torch-distributed
  trainer:
    numNodes: ${place.nodes}
    numProcPerNode: ${place.nproc}
    command: ["torchrun", "/job/train.py"]
    env:
      - name: OMP_NUM_THREADS
        value: "1"
${place.gpus ? `    resourcesPerNode:\n      limits:\n        nvidia.com/gpu: "${place.nproc}"` : `    resourcesPerNode:\n      requests:\n        cpu: "${place.nproc}"`}
  podTemplateOverrides:
    - targetJobs:
        - name: node
      spec:
        volumes:
          - name: job
            persistentVolumeClaim:
              claimName: ${schedulerName(place)}
        containers:
          - name: node
            volumeMounts:
              - name: job
                mountPath: /job
`,
};
