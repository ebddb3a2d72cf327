class Script:
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis
    def init(self, customScript, configurationAttributes):
        print "Script. Initializing ..."
        if (not configurationAttributes.has_key("name")):
            print "Script. Property name is not set"
            return False
        self.name = configurationAttributes.get("name")
        print "Script. Initialized successfully, name: '%s'" % self.name
        return True
    def destroy(self, configurationAttributes):
        print "Script. Destroying ..."; return True
    def getApiVersion(self):
        return 11
    def act(self, context):
        try:
            return context["a"] / context["b"]
        except Exception, ex:
            print "Script. Failed:", str(ex), ex.message
            return None
s = Script(1234567890123)
print s.init(None, {}), s.init(None, {"name": "n"}), s.getApiVersion(), s.act({"a": 7, "b": 2}), s.act({"a": 7, "b": 0})
print s.currentTimeMillis / 1000, s.destroy({})
