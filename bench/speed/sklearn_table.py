"""A table to a saved model with scikit-learn: python3 sklearn_table.py TRAIN.csv TEST.data TARGET MODEL -> one JSON line."""
import json
import resource
import sys

import joblib
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

train_file, test_file, target, model_file = sys.argv[1:]
train = pd.read_csv(train_file, na_values='?', skipinitialspace=True)
test = pd.read_csv(test_file, na_values='?', skipinitialspace=True, header=None, names=train.columns)
label = lambda table: table[target].str.rstrip('.')
columns = ColumnTransformer([
    ('numbers', make_pipeline(SimpleImputer(strategy='median'), StandardScaler()), make_column_selector(dtype_include='number')),
    ('words', make_pipeline(SimpleImputer(strategy='most_frequent'), OneHotEncoder(handle_unknown='ignore')),
     make_column_selector(dtype_include=object)),
])
model = make_pipeline(columns, MLPClassifier(early_stopping=True, random_state=0))
model.fit(train.drop(columns=target), label(train))
joblib.dump(model, model_file)
print(json.dumps({'accuracy': model.score(test.drop(columns=target), label(test)), 'version': sklearn.__version__,
                  'peakMegabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
