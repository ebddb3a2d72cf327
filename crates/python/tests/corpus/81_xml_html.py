import xml.etree.ElementTree as ET
root = ET.fromstring("<a x='1'><b>t</b><b>u</b></a>")
print root.tag, root.get("x"), [b.text for b in root.findall("b")], root.find("b").text
from xml.sax.saxutils import escape
print escape("<a & b>")
