extension RecordBatch { func gather(_ rows: [Int32]) -> RecordBatch { self } }
