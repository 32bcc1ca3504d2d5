print("sample-lake")
