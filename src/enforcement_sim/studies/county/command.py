def register(app): 
    pass
